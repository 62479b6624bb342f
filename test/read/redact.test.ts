import { expect, test } from "vitest";
import { redacted } from "../../src/read/redact.ts";

test("of managed fields stays who wrote in a version that goes; of a custom resource's definition not its schema", () => {
  const fieldsV1 = { "f:spec": {} };
  const entry = {
    manager: "helm",
    operation: "Update",
    apiVersion: "policy/v1beta1",
    time: "2024-03-01T10:00:00Z",
  };
  const made = {
    metadata: {
      name: "web",
      managedFields: [{ ...entry, fieldsV1 }, { ...entry, apiVersion: "policy/v1", fieldsV1 }, null],
    },
    spec: { versions: [{ name: "v1", schema: { openAPIV3Schema: { type: "object" } } }] },
  };
  expect(redacted(made)).toEqual({
    metadata: { name: "web", managedFields: [entry] },
    spec: { versions: [{ name: "v1", schema: {} }] },
  });
});
