import { useInput } from "ink";
import { commandFor, keyNames } from "../keymap.ts";
import type { Message } from "../state/state.ts";
import { exitOnThrow } from "./exit-on-throw.ts";

/**
 * Turns keys into messages. A piece of input may hold several keys, and each may change what the next one means: so
 * `isTyping` is asked for every one.
 */
export function useKeys(
  isTyping: () => boolean,
  page: () => number,
  send: (message: Message) => void,
  quit: (error?: Error) => void,
): void {
  const press = (name: string): void => {
    if (isTyping()) {
      send({ kind: "typed", key: name });
      return;
    }
    const command = commandFor(name);
    if (command === "quit") quit();
    else if (command !== undefined) send({ kind: "command", command, page: page() });
  };
  useInput((input, key) => {
    exitOnThrow(() => {
      for (const name of keyNames(input, key)) press(name);
    }, quit);
  });
}
