import { expect, test } from "vitest";
import { commandFor, keymap, keyNames, type PressedKey } from "../../src/tui/keymap.ts";
import { helpPage } from "../../src/tui/pages/help-page.ts";
import { glyphsFor } from "../../src/tui/glyphs.ts";

const bindings = keymap.flatMap((group) => group.bindings);

const noKey: PressedKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  shift: false,
  backspace: false,
  delete: false,
  ctrl: false,
  meta: false,
};

test("no key does two things", () => {
  const keys = bindings.flatMap((binding) => binding.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("the keys that the documentation promises do what it says", () => {
  const promised = {
    " ": "playPause",
    left: "stepBack",
    right: "stepForward",
    "[": "slower",
    "]": "faster",
    n: "nextFinding",
    N: "previousFinding",
    tab: "nextPane",
    up: "up",
    down: "down",
    return: "open",
    escape: "back",
    "/": "filter",
    "?": "help",
    q: "quit",
  };
  for (const [key, command] of Object.entries(promised)) expect(commandFor(key)).toBe(command);
});

test("the help page has a line for every key", () => {
  const lines = helpPage(glyphsFor(true)).lines.map(({ mark = "", text }) => `${mark.trim()}: ${text}`);
  for (const { label, help } of bindings) expect(lines).toContain(`${label}: ${help}`);
});

test.each([
  ["", { rightArrow: true }, ["right"]],
  ["", { tab: true, shift: true }, ["shift+tab"]],
  ["", { return: true, shift: true }, ["return"]],
  ["", { delete: true }, ["backspace"]],
  ["jjk", {}, ["j", "j", "k"]],
  ["ok\r", {}, ["o", "k", "return"]],
  ["c", { ctrl: true }, []],
  ["q", { meta: true }, []],
] as const)("%j with %j is the keys %j", (input, flags, names) => {
  expect(keyNames(input, { ...noKey, ...flags })).toEqual(names);
});
