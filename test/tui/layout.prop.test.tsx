import { fc, test } from "@fast-check/vitest";
import stringWidth from "string-width";
import { expect } from "vitest";
import { isTooSmall } from "../../src/tui/layout.ts";
import { createModel, type Model } from "../../src/tui/state/model.ts";
import { openingState, reduce } from "../../src/tui/state/reduce.ts";
import { panes } from "../../src/tui/state/state.ts";
import { lengthOf } from "../../src/tui/state/lists.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { screenLayout } from "../../src/tui/views/Screen.tsx";
import { commands } from "./commands.ts";
import { asciiTheme, frame } from "./frame.tsx";
import { hostileSession } from "./hostile.ts";
import { crowded, finishing, hanging } from "./sessions.ts";
import { storyModel } from "./story.ts";

let models: readonly Model[] | undefined;
const allModels = (): readonly Model[] =>
  (models ??= [
    storyModel(),
    createModel(hanging()),
    createModel(finishing()),
    createModel(crowded()),
    createModel(hostileSession),
  ]);

const themes = [asciiTheme, createTheme({ level: 3, ascii: false })];
const size = fc.record({ columns: fc.integer({ min: 1, max: 220 }), rows: fc.integer({ min: 1, max: 70 }) });
const message = fc.oneof(
  fc.record({
    kind: fc.constant("command" as const),
    command: fc.constantFrom(...commands),
    page: fc.nat(20),
  }),
  fc.record({ kind: fc.constant("tick" as const), millis: fc.nat(5_000) }),
  fc.record({ kind: fc.constant("typed" as const), key: fc.constantFrom("a", "-", "1", "return", "escape") }),
);
const messages = fc.array(message, { maxLength: 25 });

test.prop([fc.nat(4), messages, size, fc.nat(1)], { numRuns: 120 })(
  "a frame is exactly as large as the screen, whatever it shows",
  (which, inputs, { columns, rows }, theme) => {
    const model = allModels()[which]!;
    const state = inputs.reduce((each, input) => reduce(model, each, input), openingState(model));
    const lines = frame(model, state, { columns, rows }, themes[theme]);
    expect(lines).toHaveLength(rows);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
  },
);

test.prop([fc.nat(4), fc.array(message, { maxLength: 60 })])(
  "whatever is pressed, the state is one that can be shown",
  (which, inputs) => {
    const model = allModels()[which]!;
    let state = openingState(model);
    for (const input of inputs) {
      state = reduce(model, state, input);
      expect(Number.isInteger(state.time)).toBe(true);
      expect(state.time).toBeGreaterThanOrEqual(0);
      expect(state.time).toBeLessThanOrEqual(model.axis.end);
      for (const pane of panes) {
        expect(state.selected[pane]).toBeGreaterThanOrEqual(0);
        expect(state.selected[pane]).toBeLessThan(Math.max(1, lengthOf(model, state, pane)));
      }
    }
  },
);

test.prop([fc.nat(4), messages, size])("panes fill the body, and nothing more", (which, inputs, each) => {
  const { columns, rows } = each;
  if (isTooSmall(columns, rows)) return;
  const model = allModels()[which]!;
  const state = inputs.reduce((before, input) => reduce(model, before, input), openingState(model));
  const { headerRows, timelineRows, stacks } = screenLayout(model, state, columns, rows);
  for (const stack of stacks) {
    expect(stack.every(({ height, width }) => height > 0 && width > 0)).toBe(true);
    expect(stack.reduce((sum, { height }) => sum + height, 0)).toBe(rows - headerRows - timelineRows - 1);
  }
});
