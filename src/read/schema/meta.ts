import { z } from "zod";
import { annotations, count, fields, flag, labels, list, requiredText, text, time } from "./fields.ts";

const owner = fields({
  apiVersion: text(),
  kind: requiredText,
  name: requiredText,
  uid: text(),
  controller: flag(),
});

/** `metadata`, as every object has it. Deletion and creation times are epoch milliseconds. */
export const metadata = fields({
  name: requiredText,
  namespace: text(),
  uid: text(),
  labels,
  annotations,
  ownerReferences: list(owner),
  finalizers: list(requiredText),
  creationTimestamp: time,
  deletionTimestamp: time,
  deletionGracePeriodSeconds: count.nullish(),
  generation: count.nullish(),
  generateName: text(),
  // Long, and of most objects nothing is kept: looked into where it matters, in writers.ts.
  managedFields: z.unknown().optional(),
});
