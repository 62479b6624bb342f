/** A pool's name as part of the name of a step or of a node: lower case, digits, hyphens and dots. */
export function stepName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
}
