import {
  findingKey,
  type Finding,
  type Repairs,
  type Suggestion,
  type VerifiedFix,
} from "../verdict/verdict.ts";
import { counted, listed } from "../lib/counted.ts";

/** What is left of the errors once every fix is in place: one sentence for each way of being left. */
export function remainsSentences(repairs: Repairs, findings: readonly Finding[]): string[] {
  const left = remaining(repairs, findings);
  const { fixes, failed } = repairs;
  const edits = new Set([...fixes, ...failed].map(({ suggestion }) => editKey(suggestion)));
  const isUntried = ({ edit, commands }: Suggestion) =>
    commands.length > 0 && edit.kind !== "none" && !edits.has(editKey({ edit }));
  const halfway: string[] = [];
  const untried: Finding[] = [];
  const byHand: string[] = [];
  const unknown: string[] = [];
  for (const finding of left) {
    const half = failed.find(({ resolved }) => resolved.includes(findingKey(finding)));
    const command = finding.suggestions.find(({ commands }) => commands.length > 0)?.commands[0];
    if (half) halfway.push(halfwaySentence(finding, half));
    else if (finding.suggestions.some(isUntried)) untried.push(finding);
    else if (command !== undefined && finding.suggestions.every(({ edit }) => edit.kind === "none"))
      byHand.push(`${nameOf(finding)}: ${command} (not rehearsed)`);
    else unknown.push(nameOf(finding));
  }
  return [
    ...halfway,
    ...untriedSentence(untried, isUntried),
    ...some(byHand, 3),
    ...(unknown.length === 0 ? [] : [`no fix known for ${listed(unknown, 3)}`]),
  ];
}

/** Errors that no fix does away with. What was accepted is to be lived with, and not counted. */
function remaining({ fixes, together }: Repairs, findings: readonly Finding[]): Finding[] {
  const gone = new Set([...fixes, ...(together ? [together] : [])].flatMap(({ resolved }) => resolved));
  return findings.filter(
    (finding) => finding.severity === "error" && !finding.accepted && !gone.has(findingKey(finding)),
  );
}

/** Something does away with it, and another error comes instead: then it is no fix, and still worth knowing. */
function halfwaySentence(finding: Finding, { suggestion, introduced, verdict }: VerifiedFix): string {
  const what = suggestion.commands[0] ?? suggestion.cost;
  const then = introduced.length === 0 ? "" : `, with ${listed(introduced, 2)}`;
  return `${nameOf(finding)} is gone with ${what}; rehearsed, that ${verdict.word}${then}`;
}

function untriedSentence(left: readonly Finding[], isUntried: (suggestion: Suggestion) => boolean): string[] {
  const [first] = left;
  if (!first) return [];
  const commands = left.flatMap(({ suggestions }) =>
    suggestions.filter(isUntried).map((each) => each.commands[0]!),
  );
  const more = new Set(commands).size - 1;
  const rest = more > 0 ? ` and ${counted(more, "more suggestion")} (--output json has them)` : "";
  return [
    `not rehearsed, for want of time, is what may help ${listed(left.map(nameOf), 2)}: ${commands[0]}${rest}`,
  ];
}

function some(sentences: readonly string[], most: number): string[] {
  const rest = sentences.length - most;
  return rest > 0 ? [...sentences.slice(0, most), `and ${rest} more`] : [...sentences];
}

function editKey({ edit }: Pick<Suggestion, "edit">): string {
  return JSON.stringify(edit);
}

function nameOf({ rule, subject }: Finding): string {
  return `${rule} ${subject}`;
}
