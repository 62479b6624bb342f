/**
 * Splits a command line into words as a shell does: blanks separate, quotes and backslashes protect. Nothing is
 * expanded. Undefined where a quote is left open.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    if (quote === "'" ? char === "'" : quote === '"' && char === '"') quote = "";
    else if (quote === "'") word += char;
    else if (char === "\\" && i + 1 < line.length) word = (word ?? "") + line[++i];
    else if (quote === '"') word += char;
    else if (char === "'" || char === '"') {
      quote = char;
      word ??= "";
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}
