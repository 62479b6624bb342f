/** `wanted`, or where that is taken the next of its numbers that is free: `pool-1`, `pool-2`; `web`, `web-2`. */
export function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  const match = /^(.*)-(\d{1,9})$/.exec(wanted);
  const stem = match?.[1] ?? wanted;
  let name = wanted;
  for (let number = match ? Number(match[2]) : 1; isTaken(name);) name = `${stem}-${++number}`;
  return name;
}
