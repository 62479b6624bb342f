import { fc, test } from "@fast-check/vitest";
import stringWidth from "string-width";
import { expect } from "vitest";
import {
  clip,
  clipMiddle,
  clipRef,
  clipStart,
  columnsOf,
  fit,
  fitRight,
  visible,
  wrap,
} from "../../src/tui/text.ts";

/** Names as they are, and as nobody should call anything. */
const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.stringMatching(/^[a-z]{1,12}\/[a-z0-9-]{1,40}$/),
  fc.constantFrom("日本語のノード/ポッド", "e\u0301tude/e\u0301", "👩‍👩‍👧/pod", "\u001b[31mred\u001b[0m"),
);
const width = fc.integer({ min: 0, max: 60 });

test.prop([text, width])("what is cut to a width is not wider", (raw, columns) => {
  const shown = visible(raw);
  for (const cut of [clip, clipMiddle, clipStart, clipRef])
    expect(stringWidth(cut(shown, columns))).toBeLessThanOrEqual(columns);
});

test.prop([text, width])("what is fitted to a width is exactly as wide", (raw, columns) => {
  const shown = visible(raw);
  expect(stringWidth(fit(shown, columns))).toBe(columns);
  expect(stringWidth(fitRight(shown, columns))).toBe(columns);
});

test.prop([text])("what fits is left as it is", (raw) => {
  const shown = visible(raw);
  for (const cut of [clip, clipMiddle, clipStart, clipRef]) expect(cut(shown, columnsOf(shown))).toBe(shown);
});

test.prop([text, fc.integer({ min: 12, max: 60 })])(
  "wrapped rows fit, and lose no letter",
  (raw, columns) => {
    const shown = visible(raw);
    const rows = wrap(shown, columns, 2);
    for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
    expect(rows.join("").replaceAll(" ", "")).toBe(shown.replaceAll(" ", ""));
  },
);

test.prop([fc.string({ unit: "binary", maxLength: 40 })])(
  "nothing that is shown controls a terminal",
  (raw) => {
    expect(visible(raw)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  },
);
