import { keymap, type Command } from "../../src/tui/keymap.ts";
import type { Model } from "../../src/tui/state/model.ts";
import { openingState, reduce } from "../../src/tui/state/reduce.ts";
import type { TuiState } from "../../src/tui/state/state.ts";

/** States as keys lead to them. */

export const commands: readonly Command[] = keymap.flatMap(({ bindings }) =>
  bindings.map(({ command }) => command),
);

/** The state after these commands, from the start or from a state; `play 500` plays for half a second. */
export function after(model: Model, words: string, from: TuiState = openingState(model)): TuiState {
  return words
    .split(" ")
    .filter((word) => word !== "")
    .reduce((state, word) => {
      if (/^\d+$/.test(word)) return reduce(model, state, { kind: "tick", millis: Number(word) });
      if (word.startsWith("'")) return typing(model, state, word.slice(1));
      return reduce(model, state, { kind: "command", command: word as Command, page: 5 });
    }, from);
}

function typing(model: Model, state: TuiState, text: string): TuiState {
  return Array.from(text).reduce(
    (each, key) => reduce(model, each, { kind: "typed", key }),
    reduce(model, state, { kind: "command", command: "filter", page: 5 }),
  );
}
