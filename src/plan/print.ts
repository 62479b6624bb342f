import { Document, isMap, isPair, isScalar, isSeq, Scalar, visit } from "yaml";
import type { Plan } from "./plan.ts";
import { planToFile } from "./to-file.ts";

/** Where an editor finds the schema of plan files, from the directory in which the package is installed. */
export const planSchemaPath = "node_modules/seatrial/schemas/plan.schema.json";

/**
 * The file of a plan, laid out as a person would write it: `parsePlan` reads the same plan from it. What is the
 * default is left out.
 */
export function printPlan(plan: Plan): string {
  const document = new Document(planToFile(plan), { aliasDuplicateObjects: false });
  visit(document, { Pair: (_, { key }) => quoteMergeKey(key) });
  document.commentBefore = ` yaml-language-server: $schema=${planSchemaPath}`;
  for (const { key, value } of fieldsOf(document.contents)) {
    if (key !== "spec") layOut(value);
    else for (const field of fieldsOf(value)) layOutSpec(field);
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** A field that is called `<<` is a name here; unquoted it would merge another object into this one. */
function quoteMergeKey(key: unknown): void {
  if (isScalar(key) && key.value === "<<") key.type = Scalar.QUOTE_DOUBLE;
}

interface Field {
  readonly key: string;
  readonly value: unknown;
}

function fieldsOf(node: unknown): readonly Field[] {
  if (!isMap(node)) return [];
  return node.items
    .filter((item) => isPair(item))
    .map(({ key, value }) => ({ key: isScalar(key) ? String(key.value) : "", value }));
}

/** What the spec says has at least one line for each entry. */
function layOutSpec({ key, value }: Field): void {
  if (key === "steps" || key === "rollback") return layOutSteps(value);
  if (isSeq(value)) value.items.forEach(layOut);
  else for (const { value: entry } of fieldsOf(value)) layOut(entry);
}

/** Each step begins a line; a short one is written in it. */
function layOutSteps(list: unknown): void {
  if (!isSeq(list)) return;
  for (const step of list.items) for (const { value: body } of fieldsOf(step)) layOutBody(body);
}

const stepLists: ReadonlySet<string> = new Set(["steps", "perNode", "afterBatch"]);

function layOutBody(body: unknown): void {
  const fields = fieldsOf(body);
  if (!fields.some(({ key }) => stepLists.has(key))) return layOut(body);
  for (const { key, value } of fields) {
    if (stepLists.has(key)) layOutSteps(value);
    else layOut(value);
  }
}

/** What is longer than this has a line for each of its parts. */
const longestLine = 72;

function layOut(node: unknown): void {
  if (!isMap(node) && !isSeq(node)) return;
  node.flow = JSON.stringify(node.toJSON()).replaceAll('"', "").length <= longestLine;
  if (node.flow) return;
  if (isSeq(node)) node.items.forEach(layOut);
  else for (const { value } of fieldsOf(node)) layOut(value);
}
