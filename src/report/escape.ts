/**
 * Characters that a terminal obeys instead of showing: C0 and C1 controls, line and paragraph separators, and those
 * that turn the direction of text. A name from a cluster may contain any of them.
 */
const controls =
  /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g;

/** The text with each control character spelt out (`\x1b`, `\u202e`): what is shown is what is there. */
export function plain(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16)}`;
  });
}
