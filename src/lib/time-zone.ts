/** Moments and what clocks on a wall show then. Days and times are those of the proleptic Gregorian calendar. */

/** What a clock on the wall shows, as if it were UTC: milliseconds since 1970-01-01T00:00 on that wall. */
type WallMillis = number;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    const two = "2-digit";
    const fields = { year: "numeric", month: two, day: two, hour: two, minute: two, second: two } as const;
    found = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...fields });
    formatters.set(timeZone, found);
  }
  return found;
}

/** Whether this is a time zone that is known, such as `Europe/Paris`. */
export function isTimeZone(text: string): boolean {
  try {
    formatterOf(text);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a time zone show at a moment. Throws RangeError where there is no such time zone. */
export function wallOf(epoch: number, timeZone: string): WallMillis {
  const parts = formatterOf(timeZone).formatToParts(epoch);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value ?? 0);
  const millis = ((epoch % 1_000) + 1_000) % 1_000;
  return (
    Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) +
    millis
  );
}

/**
 * The moment at which clocks show this. What they skip in spring is as much later as is skipped; of what they show twice in
 * autumn it is the first. Source: RFC 5545 §3.3.5, local times that do not occur or occur twice.
 */
export function momentOf(wall: WallMillis, timeZone: string): number {
  const day = 86_400_000;
  const offsetAt = (epoch: number) => wallOf(epoch, timeZone) - epoch;
  const [before, after] = [offsetAt(wall - day), offsetAt(wall + day)];
  const first = Math.min(wall - before, wall - after);
  const found = [first, Math.max(wall - before, wall - after)].find(
    (epoch) => wallOf(epoch, timeZone) === wall,
  );
  return found ?? wall - before;
}

/** `2026-03-14 22:00 Europe/Paris`: a moment as the clocks there show it. */
export function wallText(epoch: number, timeZone: string): string {
  return `${new Date(wallOf(epoch, timeZone)).toISOString().slice(0, 16).replace("T", " ")} ${timeZone}`;
}
