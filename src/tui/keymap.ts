/** Every key, what it does and where: the footer and the help page are made from this table. */

export type Command =
  | "playPause"
  | "stepForward"
  | "stepBack"
  | "scrubForward"
  | "scrubBack"
  | "toStart"
  | "toEnd"
  | "faster"
  | "slower"
  | "nextFinding"
  | "previousFinding"
  | "nextPane"
  | "previousPane"
  | "pane1"
  | "pane2"
  | "pane3"
  | "pane4"
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "first"
  | "last"
  | "open"
  | "goThere"
  | "back"
  | "filter"
  | "showAll"
  | "zoom"
  | "verdict"
  | "help"
  | "quit";

export interface Binding<C extends string = Command> {
  readonly command: C;
  /** As the terminal names them: see `keyName`. */
  readonly keys: readonly string[];
  /** How the key is written; `arrows` and `upDown` stand for the arrow glyphs. */
  readonly label: string;
  /** One line for the help page. */
  readonly help: string;
  /** A word for the footer, where it has room; a binding without one is only in the help. */
  readonly hint?: string;
}

export interface BindingGroup<C extends string = Command> {
  readonly title: string;
  readonly bindings: readonly Binding<C>[];
}

export const keymap: readonly BindingGroup[] = [
  {
    title: "time",
    bindings: [
      {
        command: "playPause",
        keys: [" "],
        label: "space",
        help: "play and pause; at the end, from the start again",
        hint: "play",
      },
      {
        command: "stepForward",
        keys: ["right"],
        label: "right",
        help: "step to the next event of the log",
        hint: "step",
      },
      { command: "stepBack", keys: ["left"], label: "left", help: "step to the event before" },
      {
        command: "scrubForward",
        keys: [".", "shift+right"],
        label: ".",
        help: "scrub forward by a fortieth of the run",
      },
      { command: "scrubBack", keys: [",", "shift+left"], label: ",", help: "scrub back" },
      { command: "slower", keys: ["["], label: "[", help: "half the speed" },
      { command: "faster", keys: ["]"], label: "]", help: "twice the speed" },
      {
        command: "nextFinding",
        keys: ["n"],
        label: "n",
        help: "go to the next finding",
        hint: "next finding",
      },
      { command: "previousFinding", keys: ["N"], label: "N", help: "go to the finding before" },
      { command: "toStart", keys: ["home", "0"], label: "Home 0", help: "go to the start of the run" },
      { command: "toEnd", keys: ["end", "$"], label: "End $", help: "go to the end of the run" },
    ],
  },
  {
    title: "places",
    bindings: [
      { command: "nextPane", keys: ["tab"], label: "Tab", help: "go to the next pane", hint: "pane" },
      { command: "previousPane", keys: ["shift+tab"], label: "shift Tab", help: "go to the pane before" },
      { command: "pane1", keys: ["1"], label: "1", help: "the rack: nodes by zone and their pods" },
      { command: "pane2", keys: ["2"], label: "2", help: "the log: what happened up to now" },
      { command: "pane3", keys: ["3"], label: "3", help: "services: Ready pods over the whole run" },
      { command: "pane4", keys: ["4"], label: "4", help: "findings: what is wrong, worst first" },
      { command: "zoom", keys: ["z"], label: "z", help: "give the pane the whole screen, and back" },
    ],
  },
  {
    title: "looking closer",
    bindings: [
      { command: "up", keys: ["up", "k"], label: "up k", help: "select the one above" },
      { command: "down", keys: ["down", "j"], label: "down j", help: "select the one below" },
      { command: "pageUp", keys: ["pageup"], label: "PgUp", help: "a page up" },
      { command: "pageDown", keys: ["pagedown"], label: "PgDn", help: "a page down" },
      { command: "first", keys: ["g"], label: "g", help: "the first one" },
      { command: "last", keys: ["G"], label: "G", help: "the last one" },
      {
        command: "open",
        keys: ["return"],
        label: "Enter",
        help: "why: its causes, down to the step of the plan",
        hint: "why",
      },
      { command: "goThere", keys: ["t"], label: "t", help: "go to the time of what is selected" },
      {
        command: "filter",
        keys: ["/"],
        label: "/",
        help: "show only what contains these words",
        hint: "filter",
      },
      {
        command: "showAll",
        keys: ["a"],
        label: "a",
        help: "the log: every event, or only those that matter",
      },
      {
        command: "verdict",
        keys: ["v"],
        label: "v",
        help: "the verdict: what came of it, what was assumed, what is not known",
        hint: "verdict",
      },
      {
        command: "back",
        keys: ["escape"],
        label: "Esc",
        help: "one level back; in the log, to what happens now; it never quits",
        hint: "back",
      },
    ],
  },
  {
    title: "and",
    bindings: [
      { command: "help", keys: ["?"], label: "?", help: "this page", hint: "help" },
      { command: "quit", keys: ["q"], label: "q", help: "quit, at once; ctrl-C does too", hint: "quit" },
    ],
  },
];

const commandOfKey: ReadonlyMap<string, Command> = new Map(
  keymap.flatMap(({ bindings }) =>
    bindings.flatMap(({ keys, command }) => keys.map((key): [string, Command] => [key, command])),
  ),
);

/** What a key does, if anything. */
export function commandFor(key: string): Command | undefined {
  return commandOfKey.get(key);
}

/** What the terminal said of a key, as far as it matters here. */
export interface PressedKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly shift: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const namedKeys: readonly (readonly [keyof PressedKey, string])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "return"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

/** The names of the keys in one piece of input: several where they came faster than they were read. */
export function keyNames(input: string, key: PressedKey): readonly string[] {
  const named = namedKeys.find(([flag]) => key[flag]);
  if (named) return [key.shift && named[1] !== "return" ? `shift+${named[1]}` : named[1]];
  if (key.ctrl || key.meta) return [];
  return Array.from(input, (character) => (/[\r\n]/.test(character) ? "return" : character));
}
