import { Chalk, type ChalkInstance, type ColorSupportLevel } from "chalk";
import { type Glyphs, glyphsFor } from "./glyphs.ts";
import { visible } from "./text.ts";

/**
 * Colours by meaning. All text is painted here and nowhere else, with a level that is given: so without colours no
 * escape sequence is written, whatever the environment says. The hues are from the palette of Okabe and Ito, and of
 * a lightness that can be read on dark and on light backgrounds.
 */
const hues = {
  blue: "#3d8fc6",
  green: "#2a9d74",
  orange: "#d08700",
  red: "#dc5840",
  purple: "#b070b8",
  grey: "#7f8a96",
} as const;

type Dress = (chalk: ChalkInstance) => ChalkInstance;

const hue =
  (color: keyof typeof hues): Dress =>
  (chalk) =>
    chalk.hex(hues[color]);
const bold =
  (color: keyof typeof hues): Dress =>
  (chalk) =>
    chalk.bold.hex(hues[color]);
const badge =
  (color: keyof typeof hues): Dress =>
  (chalk) =>
    chalk.bgHex(hues[color]).black.bold;

const styles = {
  text: (chalk: ChalkInstance) => chalk.reset,
  strong: (chalk: ChalkInstance) => chalk.bold,
  muted: hue("grey"),
  accent: hue("blue"),
  title: bold("blue"),
  good: hue("green"),
  warning: hue("orange"),
  error: hue("red"),
  errorStrong: bold("red"),
  info: hue("blue"),
  selected: (chalk: ChalkInstance) => chalk.inverse,
  badge: badge("blue"),
  badgeGood: badge("green"),
  badgeWarning: badge("orange"),
  badgeError: badge("red"),
  podReady: hue("blue"),
  podStays: hue("grey"),
  podStarting: bold("green"),
  podLeaving: bold("orange"),
  podRefused: badge("red"),
  podPending: badge("purple"),
  pending: bold("purple"),
  nodeBusy: bold("orange"),
  degraded: hue("orange"),
  outage: badge("red"),
} as const satisfies Readonly<Record<string, Dress>>;

export type Style = keyof typeof styles;

/** What text looks like on this terminal. */
export interface Theme {
  readonly glyphs: Glyphs;
  readonly isAscii: boolean;
  readonly hasColor: boolean;
  readonly paint: (style: Style, text: string) => string;
  /** Makes text from a cluster safe to show: no control characters and, where asked for, nothing but ASCII. */
  readonly safe: (text: string) => string;
}

export interface ThemeOptions {
  /** 0 paints nothing; 1, 2 and 3 are 16 colours, 256, and all. */
  readonly level: ColorSupportLevel;
  readonly ascii: boolean;
}

/** Stands for the text while a style's escape sequences are found out. */
const slot = "\u0000";

export function createTheme({ level, ascii }: ThemeOptions): Theme {
  const chalk = new Chalk({ level });
  const brackets = new Map<Style, readonly [open: string, close: string]>();
  for (const [style, dress] of Object.entries(styles) as [Style, Dress][]) {
    if (style === "text") continue;
    const [open = "", close = ""] = dress(chalk)(slot).split(slot);
    brackets.set(style, [open, close]);
  }
  return {
    glyphs: glyphsFor(ascii),
    isAscii: ascii,
    hasColor: level > 0,
    paint: (style, text) => {
      const bracket = brackets.get(style);
      return bracket === undefined || text === "" ? text : bracket[0] + text + bracket[1];
    },
    safe: (text) => (ascii ? visible(text).replace(/[^\x20-\x7e]/gu, "?") : visible(text)),
  };
}
