import type { DateTime } from "luxon";
import type { Window } from "./change";

/** Luxon is loaded only where a window is asked about: most stacks have none, and every preview starts this program. */
function inZone(moment: Date, timeZone: string): DateTime {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it each time
  const luxon = require("luxon") as typeof import("luxon");
  // Days are compared by their English names, whatever the machine speaks.
  return luxon.DateTime.fromJSDate(moment, { zone: timeZone }).setLocale("en");
}

/** One stretch of time in which a window is open. Its start is in it, its end is not. */
export interface Opening {
  from: DateTime;
  to: DateTime;
}

/** An hour of a day; where the clock goes back and it comes twice, the first of the two. */
function at(day: DateTime, hour: string): DateTime {
  const [hours, minutes] = hour.split(":").map(Number);
  const moments = day.set({ hour: hours, minute: minutes }).getPossibleOffsets();
  return moments.reduce((first, moment) => (moment < first ? moment : first));
}

/** Openings in the order of time, from the one that may have begun yesterday on, over more than a week. */
function openings({ days, from, to, timeZone }: Window, now: Date): Opening[] {
  const today = inZone(now, timeZone).startOf("day");
  return Array.from({ length: 10 }, (_, index) => today.plus({ days: index - 1 }))
    .filter((day) => (days as string[]).includes(day.weekdayShort ?? ""))
    .map((day) => ({ from: at(day, from), to: at(to > from ? day : day.plus({ days: 1 }), to) }));
}

/** Whether a window is open, and if not, when it opens next. */
export function openingOf(window: Window, now: Date): { isOpen: true } | { isOpen: false; next?: Opening } {
  const left = openings(window, now).filter((opening) => opening.to.toMillis() > now.getTime());
  const isOpen = left.some((opening) => opening.from.toMillis() <= now.getTime());
  return isOpen ? { isOpen } : { isOpen: false, ...(left[0] ? { next: left[0] } : {}) };
}

/** A moment as people of a time zone read it: "Sat 2026-01-10 22:00 (Europe/Berlin)". */
export function formatMoment(moment: Date, timeZone: string): string {
  return `${inZone(moment, timeZone).toFormat("ccc yyyy-MM-dd HH:mm")} (${timeZone})`;
}
