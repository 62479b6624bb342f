import { humanDuration } from "../../lib/duration.ts";
import { length, type RowSpan, type RunRow } from "../../report/run-rows.ts";
import { signed } from "../../report/run-table.ts";
import { clock } from "../../report/steps.ts";
import { heading, type Page, type PageLine } from "../pages/page.ts";
import type { Style, Theme } from "../theme.ts";
import { styleOf } from "./line-rows.ts";
import { podLines } from "./now-rows.ts";
import { runKeymap } from "./run-keymap.ts";
import type { RunModel } from "./run-model.ts";
import type { OpenPage } from "./run-state.ts";
import { signOf } from "./step-rows.ts";

/** A page over the panes. */
export function runPageOf(model: RunModel, page: OpenPage, theme: Theme): Page {
  return page.kind === "help" ? helpPage(theme) : stepPage(model, page.path, theme);
}

/** All that is known of one step: its times, what is in it, and its lines. */
function stepPage({ all, moment }: RunModel, path: string, theme: Theme): Page {
  const row = all.find((each) => each.path === path);
  if (!row) return { title: path, lines: [] };
  const inside = all.filter((each) => each.path.startsWith(`${path}/`) && each.depth === row.depth + 1);
  const own = moment.lines
    .slice(0, moment.lineCount)
    .filter(({ step }) => step === path || step.startsWith(`${path}/`));
  const pods = podLines(moment.view, moment.now, ({ step }) => step === path || step.startsWith(`${path}/`));
  return {
    title: row.name,
    lines: [
      ...timeLines(row, moment.now),
      ...(pods.length === 0 ? [] : heading("it waits for")),
      ...pods.map(({ sign, style, text }): PageLine => ({ mark: sign, markStyle: style, text })),
      ...(inside.length === 0
        ? []
        : [...heading("in it"), ...inside.map((each) => insideLine(each, moment.now, theme))]),
      ...heading(own.length === 0 ? "it has said nothing yet" : "what it has said"),
      ...own.map(({ text }): PageLine => ({ text, style: styleOf(text) })),
    ],
  };
}

function timeLines({ predicted, real, differs, outcome, reason }: RunRow, now: number): PageLine[] {
  const state =
    real === undefined
      ? "not begun"
      : real.to === undefined
        ? "under way"
        : [outcome ?? "over", reason].filter((text) => text !== "").join(": ");
  return [
    { mark: "state    ", text: state, style: "strong" },
    {
      mark: "predicted",
      text: predicted ? spanWords(predicted, 0, "the rehearsal saw no end of it") : "not at all",
    },
    {
      mark: "real     ",
      text: real ? spanWords(real, now, `${humanDuration(length(real, now))} until now`) : "",
    },
    { mark: "differs  ", text: differs === undefined ? "" : signed(differs) },
  ];
}

function spanWords(span: RowSpan, now: number, open: string): string {
  const took = span.to === undefined ? open : humanDuration(length(span, now));
  return `from ${clock(span.from)}${span.to === undefined ? "" : ` to ${clock(span.to)}`}: ${took}`;
}

function insideLine(row: RunRow, now: number, theme: Theme): PageLine {
  const { name, predicted, real, differs, reason } = row;
  const { sign, style } = signOf(row, theme);
  const parts = [
    name,
    ...(predicted?.to === undefined ? [] : [`predicted ${humanDuration(length(predicted, 0))}`]),
    ...(real ? [`really ${humanDuration(length(real, now))}`] : []),
    ...(differs === undefined || !real ? [] : [signed(differs)]),
    ...(reason === "" ? [] : [reason]),
  ];
  return { mark: sign, markStyle: style, text: parts.join("  ") };
}

function helpPage({ glyphs }: Theme): Page {
  const sign = (mark: string, text: string, markStyle: Style): PageLine => ({
    mark: mark.padEnd(11),
    markStyle,
    text,
  });
  return {
    title: "help",
    lines: [
      {
        text: "A run on the real cluster. Each write stands in its journal before it is sent.",
        style: "strong",
      },
      ...runKeymap.flatMap(({ title, bindings }) => [
        ...heading(title),
        ...bindings.map(({ label, help }) => sign(label, help, "accent")),
      ]),
      ...heading("the timeline"),
      sign(glyphs.predicted.repeat(3), "predicted, when the plan was agreed to", "muted"),
      sign(glyphs.asPredicted.repeat(3), "really, where it was predicted", "good"),
      sign(glyphs.notPredicted.repeat(3), "really, where it was not: earlier or later", "warning"),
      sign(glyphs.now, "now", "strong"),
      ...heading("what is waited for"),
      sign("!", "a pod that a budget does not spare, and why", "warning"),
      sign("x", "a pod that stops", "text"),
      sign("=", "a pod that is waited for and not evicted", "text"),
      sign("-", "a Service with fewer Ready pods than when the run began, at the last look", "warning"),
      sign("?", "a question to you", "strong"),
    ],
  };
}
