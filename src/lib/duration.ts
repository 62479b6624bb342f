const unitMillis: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * Milliseconds of a duration as Go and Kubernetes write it (`90s`, `1h30m`, `0.5s`), with `d` and `w` added.
 * Undefined if the text is not a duration. A bare number is not one, except `0`.
 */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const sign = text.startsWith("-") ? -1 : 1;
  const body = sign < 0 ? text.slice(1) : text;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(body)) return undefined;
  let total = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)) {
    total += Number(amount) * unitMillis[unit!]!;
  }
  return sign * Math.round(total);
}

/** A duration as Go prints it (`1m0s`, `1h0m0s`, `7s`): what kubectl echoes in its messages. */
export function goDuration(millis: number): string {
  if (millis === 0) return "0s";
  const seconds = (millis % 60_000) / 1_000;
  const minutes = Math.floor(millis / 60_000) % 60;
  const hours = Math.floor(millis / 3_600_000);
  if (hours > 0) return `${hours}h${minutes}m${seconds}s`;
  if (minutes > 0) return `${minutes}m${seconds}s`;
  return millis < 1_000 ? `${millis}ms` : `${seconds}s`;
}

/**
 * A duration for people: `46 s`, `22.6 s`, `1m36s`, `1h23m`, `2d4h`. One decimal below a minute where it is not
 * a whole second; above, whole seconds; above an hour the seconds only if they are not zero.
 */
export function humanDuration(millis: number): string {
  const tenths = Math.round(millis / 100);
  if (tenths < 600) return tenths % 10 === 0 ? `${tenths / 10} s` : `${(tenths / 10).toFixed(1)} s`;
  const total = Math.round(millis / 1_000);
  const seconds = total % 60;
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3_600);
  const two = (n: number) => String(n).padStart(2, "0");
  if (hours >= 48) return `${Math.floor(hours / 24)}d${hours % 24}h`;
  if (hours > 0) return `${hours}h${two(minutes)}m${seconds === 0 ? "" : `${two(seconds)}s`}`;
  return `${minutes}m${two(seconds)}s`;
}
