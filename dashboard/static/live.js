// Notices that something was recorded: asks for the number of records while the page is seen.
import { QueryError, countRecords } from "./api.js";

const SECONDS = 2;

// Calls `onchange` when the number is another than the one that is known, and `onstate` with what is wrong, or with null.
export function watch(known, onchange, onstate) {
  const look = async () => {
    if (!document.hidden) {
      try {
        const records = await countRecords();
        onstate(null);
        if (records !== known) await onchange();
        known = records;
      } catch (error) {
        onstate(error instanceof QueryError ? error.message : "the dashboard does not answer: is it still running?");
      }
    }
    setTimeout(look, SECONDS * 1000);
  };
  look();
}
