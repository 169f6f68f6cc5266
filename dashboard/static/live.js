// Notices that something was recorded: asks for the number of records while the page is seen.
import { countRecords } from "./api.js";

const SECONDS = 2;

// Calls `onchange` when the number is another than the one that is known, and `onstate` with whether the local Azure
// answers.
export function watch(known, onchange, onstate) {
  const look = async () => {
    if (!document.hidden) {
      try {
        const records = await countRecords();
        onstate(true);
        if (records !== known) await onchange();
        known = records;
      } catch {
        onstate(false);
      }
    }
    setTimeout(look, SECONDS * 1000);
  };
  look();
}
