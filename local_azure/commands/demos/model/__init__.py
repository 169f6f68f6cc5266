"""`demo model`: a model is trained, compared, registered, deployed and asked."""
