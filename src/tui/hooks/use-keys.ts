import { useInput } from "ink";
import { commandFor, keyNames } from "../keymap.ts";
import type { Message } from "../state/state.ts";

/**
 * Turns keys into messages. A piece of input may hold several keys, and each may change what the next one means: so
 * `isTyping` is asked for every one.
 */
export function useKeys(
  isTyping: () => boolean,
  page: () => number,
  send: (message: Message) => void,
  quit: () => void,
): void {
  useInput((input, key) => {
    for (const name of keyNames(input, key)) {
      if (isTyping()) {
        send({ kind: "typed", key: name });
        continue;
      }
      const command = commandFor(name);
      if (command === "quit") {
        quit();
        return;
      }
      if (command !== undefined) send({ kind: "command", command, page: page() });
    }
  });
}
