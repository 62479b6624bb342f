import { keymap } from "../keymap.ts";
import type { NodeState, PodState } from "../state/node-summary.ts";
import { nodeStateStyle, nodeWords, podStateStyle, podWords } from "../state/state-words.ts";
import type { Glyphs } from "../glyphs.ts";
import { heading, type Page, type PageLine } from "./page.ts";

/** Keys and signs, from the tables that say what they do. */
export function helpPage(glyphs: Glyphs): Page {
  return {
    title: "help",
    lines: [
      {
        text: "A rehearsal in virtual time: nothing is touched. Everything shown is read from its trace.",
        style: "strong",
      },
      ...keymap.flatMap(({ title, bindings }) => [
        ...heading(title),
        ...bindings.map(({ label, help }): PageLine => ({
          mark: label.padEnd(11),
          markStyle: "accent",
          text: help,
        })),
      ]),
      ...heading("nodes"),
      ...(Object.keys(nodeWords) as NodeState[]).map((state): PageLine => {
        const { letter, word, phrase } = nodeWords[state];
        return {
          mark: `${glyphs.node[state]} ${letter} ${word}`.padEnd(15),
          markStyle: nodeStateStyle[state],
          text: phrase,
        };
      }),
      ...heading("pods, one cell each"),
      ...(Object.keys(podWords) as PodState[]).map((state): PageLine => {
        const { word, phrase } = podWords[state];
        return {
          mark: `${glyphs.pod[state]}   ${word}`.padEnd(15),
          markStyle: podStateStyle[state],
          text: phrase,
        };
      }),
      ...heading("services and time"),
      ...signLines(glyphs),
    ],
  };
}

function signLines({ levels, outage, never, played, quiet }: Glyphs): PageLine[] {
  const sign = (mark: string, text: string, markStyle: PageLine["markStyle"] = "accent"): PageLine => ({
    mark: mark.padEnd(15),
    markStyle,
    text,
  });
  return [
    sign(levels.join(""), "Ready pods, from few to as many as at the start"),
    sign(outage, "no Ready pod: an outage", "outage"),
    sign(never, "none before the plan began either", "muted"),
    sign(played.repeat(6), "time that was played"),
    sign(quiet.repeat(6), "a long time in which nothing happens, drawn short", "muted"),
    sign("E W i", "findings: error, warning, info"),
  ];
}
