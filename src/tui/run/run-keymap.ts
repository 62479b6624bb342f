import type { BindingGroup } from "../keymap.ts";

/** Every key of a run's interface, what it does and where: the footer and the help page are made from this table. */

export type RunCommand =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "nextPane"
  | "open"
  | "zoom"
  | "back"
  | "help"
  | "stop";

export const runKeymap: readonly BindingGroup<RunCommand>[] = [
  {
    title: "looking",
    bindings: [
      {
        command: "up",
        keys: ["up", "k"],
        label: "up k",
        help: "select the step above; in the log, a line up",
      },
      { command: "down", keys: ["down", "j"], label: "down j", help: "the step below; a line down" },
      { command: "pageUp", keys: ["pageup"], label: "PgUp", help: "a page up" },
      { command: "pageDown", keys: ["pagedown"], label: "PgDn", help: "a page down" },
      { command: "first", keys: ["g", "home"], label: "g Home", help: "the first one" },
      { command: "last", keys: ["G", "end"], label: "G End", help: "the last one; in the log, what comes" },
      { command: "nextPane", keys: ["tab"], label: "Tab", help: "the steps, or the log", hint: "log" },
      {
        command: "open",
        keys: ["return"],
        label: "Enter",
        help: "the selected step: its times, what is in it, all its lines",
        hint: "details",
      },
      { command: "zoom", keys: ["z"], label: "z", help: "give the pane the whole screen, and back" },
      {
        command: "back",
        keys: ["escape"],
        label: "Esc",
        help: "one level back, and to the step under way; it stops nothing",
        hint: "back",
      },
    ],
  },
  {
    title: "and",
    bindings: [
      { command: "help", keys: ["?"], label: "?", help: "this page", hint: "help" },
      {
        command: "stop",
        keys: ["q"],
        label: "q",
        help: "stop: nothing new is sent, and it can be resumed; ctrl-C does too, twice at once",
        hint: "stop",
      },
    ],
  },
];

const commandOfKey: ReadonlyMap<string, RunCommand> = new Map(
  runKeymap.flatMap(({ bindings }) =>
    bindings.flatMap(({ keys, command }) => keys.map((key): [string, RunCommand] => [key, command])),
  ),
);

/** What a key does, if anything. */
export function runCommandFor(key: string): RunCommand | undefined {
  return commandOfKey.get(key);
}
