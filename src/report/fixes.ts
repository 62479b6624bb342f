import { humanDuration } from "../lib/duration.ts";
import type { Kind } from "../model/cluster.ts";
import type { Finding, Repairs, VerifiedFix, Verdict } from "../verdict/verdict.ts";
import { isDown } from "./down.ts";
import type { Block, Line } from "./layout.ts";
import { counted, listed } from "../lib/counted.ts";

export interface FixOptions {
  readonly findings: readonly Finding[];
  /** Kinds that the input does not settle. */
  readonly notGiven: readonly Kind[];
  readonly most: number;
}

/** What was rehearsed and helps: the commands, what comes of them, what they cost. */
export function fixBlocks({ fixes, together }: Repairs, { findings, notGiven, most }: FixOptions): Block[] {
  const shown = fixes.slice(0, most);
  if (shown.length === 0 && !together) return [];
  const title: Block = {
    label: shown.length + (together ? 1 : 0) === 1 ? "Fix" : "Fixes",
    lines: [{ text: "each rehearsed on this snapshot, least harm first" }],
    gap: true,
  };
  const blocks = shown.map((fix, index): Block => ({
    label: `  ${index + 1}`,
    lines: [...commandLines(fix), { text: resultSentence(fix, notGiven) }, ...ownerLines(fix, findings)],
  }));
  if (together)
    blocks.push({
      label: "  all",
      lines: [
        ...(shown.length === 0 ? commandLines(together) : [{ text: "the first for each error, together" }]),
        { text: resultSentence(together, notGiven) },
      ],
    });
  return [title, ...blocks];
}

function commandLines({ suggestion }: VerifiedFix): Line[] {
  return suggestion.commands.map((text) => ({ text, hang: 2, isCommand: true }));
}

/** What the plan does with this edit, and what the edit costs. */
export function resultSentence(
  { suggestion, verdict, remaining, introduced }: VerifiedFix,
  notGiven: readonly Kind[],
): string {
  const cost = suggestion.cost === "" ? "" : ` ${suggestion.cost}`;
  const brings =
    introduced.length === 0
      ? ""
      : ` It brings ${counted(introduced.length, "error")}: ${listed(introduced, 3)}.`;
  return `${outcomeOf(verdict, remaining, notGiven)}${brings}${cost}`;
}

function outcomeOf(verdict: Verdict, remaining: readonly string[], notGiven: readonly Kind[]): string {
  const end =
    verdict.clientMillis === undefined
      ? "It still does not finish"
      : `Then it finishes in ${humanDuration(verdict.clientMillis)}`;
  if (remaining.length > 0)
    return `${end}; ${counted(remaining.length, "error")} of above remain${remaining.length === 1 ? "s" : ""}.`;
  const isClear = !verdict.services.some(isDown) && !notGiven.includes("Service");
  return isClear ? `${end}, and no service goes down.` : `${end}.`;
}

export function ownerLines(fix: VerifiedFix, findings: readonly Finding[]): Line[] {
  const owners = findings
    .filter(({ suggestions }) => suggestions.includes(fix.suggestion))
    .flatMap(({ owner }) => owner ?? []);
  return owners.slice(0, 1).map(({ who, reverts }) => ({
    text: `${who} owns it${reverts === "will undo" ? " and will undo it" : ": its next upgrade may undo it"}.`,
  }));
}
