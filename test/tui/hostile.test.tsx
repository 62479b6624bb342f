import { expect, test } from "vitest";
import { announce, introduce } from "../../src/tui/state/announce.ts";
import { createModel } from "../../src/tui/state/model.ts";
import { visible } from "../../src/tui/text.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { after, commands } from "./commands.ts";
import { asciiTheme, frame } from "./frame.tsx";
import { escapes, hostileSession } from "./hostile.ts";

const model = createModel(hostileSession);

/** Every way of looking at it. */
const views = [
  "",
  "toEnd",
  "open",
  "verdict",
  "pane1 toEnd open",
  "pane1 toEnd last open",
  "pane1 toEnd open last open",
  "pane2 toEnd showAll",
  "pane2 toEnd open",
  "pane2 toEnd up up up open",
  "pane3 toEnd open",
  "pane3 toEnd",
  "pane1 toEnd zoom",
];

const small = { columns: 80, rows: 24 };
const large = { columns: 200, rows: 60 };
const blocks = createTheme({ level: 0, ascii: false });

test.each([
  ["ASCII on a small screen", small, asciiTheme],
  ["blocks on a small screen", small, blocks],
  ["ASCII on a large screen", large, asciiTheme],
  ["blocks on a large screen", large, blocks],
] as const)("names are data: in %s nothing that they hold controls anything", (_, size, theme) => {
  for (const words of views) {
    const rows = frame(model, after(model, words), size, theme);
    expect(rows.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test("what they hold is there to be seen", () => {
  const rows = frame(model, after(model, "open"), { columns: 200, rows: 60 });
  expect(rows.join("\n")).toContain(String.raw`\x1b[31m\x1b]0;owned\x07\x9b2J\x0d\x0a\u202e\u200b`);
});

test("no name is markup", () => {
  expect(asciiTheme.paint("error", asciiTheme.safe("{bold}\u001b[1m"))).toBe(String.raw`{bold}\x1b[1m`);
});

test("a screen reader gets them spelt out as well", () => {
  const states = commands.map((command) => after(model, `toEnd ${command}`));
  const lines = [
    ...introduce(model, after(model, "")),
    ...states.flatMap((state) => announce(model, after(model, "toEnd"), state)),
  ];
  expect(lines.join("")).toContain(visible(escapes).slice(-6));
  for (const line of lines) expect(visible(line)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
