import { expect, test } from "vitest";
import { colorLevel } from "../../src/tui/show.ts";
import { createTheme } from "../../src/tui/theme.ts";

const coloured = createTheme({ level: 3, ascii: false });

/** Relative luminance, as WCAG 2 defines it. */
function luminance(rgb: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((each) => {
    const share = each / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: readonly number[], b: readonly number[]): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

function rgbOf(painted: string, kind: 38 | 48): number[] {
  const found = new RegExp(String.raw`\[${kind};2;(\d+);(\d+);(\d+)m`).exec(painted);
  return (found?.slice(1) ?? []).map(Number);
}

test.each(["muted", "accent", "good", "warning", "error", "podReady", "pending", "degraded"] as const)(
  "%s can be read on black and on white",
  (style) => {
    const rgb = rgbOf(coloured.paint(style, "x"), 38);
    expect(rgb).toHaveLength(3);
    expect(contrast(rgb, [0, 0, 0])).toBeGreaterThan(3);
    expect(contrast(rgb, [255, 255, 255])).toBeGreaterThan(2.8);
  },
);

test.each([
  "badge",
  "badgeGood",
  "badgeWarning",
  "badgeError",
  "podRefused",
  "podPending",
  "outage",
] as const)("%s stands on its own ground", (style) => {
  expect(contrast(rgbOf(coloured.paint(style, "x"), 48), [0, 0, 0])).toBeGreaterThan(4.5);
});

test.each([
  ["never", { FORCE_COLOR: "3" }, 0],
  ["auto", { NO_COLOR: "1" }, 0],
  ["auto", { TERM: "dumb" }, 0],
] as const)("%s with %j is level %i", (color, env, level) => {
  expect(colorLevel(color, env)).toBe(level);
});

test("colours can be had where none were detected", () => {
  expect(colorLevel("always", { NO_COLOR: "1" })).toBeGreaterThan(0);
});
