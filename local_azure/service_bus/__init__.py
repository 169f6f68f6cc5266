"""The local Service Bus: queues with locks, delivery counts, dead letters and duplicate detection, by REST."""
