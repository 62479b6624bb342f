/** Flags of kubectl's that may stand before the command, each with a value. */
const leadingFlags: ReadonlySet<string> = new Set(["--context", "--kubeconfig", "--namespace", "-n"]);

/**
 * The command line of `kubectl rehearse …` as Seatrial's own: kubectl's flags may come first, and what is no command is a
 * plan file. `commands`: what Seatrial knows.
 */
export function pluginWords(words: readonly string[], commands: ReadonlySet<string>): string[] {
  const flags: string[] = [];
  let at = 0;
  for (let word = words[at]; word !== undefined && word.startsWith("-"); word = words[at]) {
    if (leadingFlags.has(word)) flags.push(word, ...words.slice(at + 1, at + 2));
    else if (leadingFlags.has(word.split("=")[0]!)) flags.push(word);
    else break;
    at += leadingFlags.has(word) ? 2 : 1;
  }
  const rest = words.slice(at);
  const [first] = rest;
  if (first === undefined || first.startsWith("-")) return [...rest, ...flags];
  return commands.has(first) ? [first, ...flags, ...rest.slice(1)] : ["rehearse", ...flags, ...rest];
}
