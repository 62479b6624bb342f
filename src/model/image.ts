/** What an image is called, without registry, tag and digest: `coredns`. */
export function imageName(image: string): string | undefined {
  return /([^/:@]+)(:[^/:@]+)?(@.*)?$/.exec(image)?.[1];
}

/** The image with another version for its tag: written as it was, with a `v` or without. */
export function withTag(image: string, version: string): string {
  const bare = image.replace(/@.*$/, "");
  const colon = bare.lastIndexOf(":");
  const hasTag = colon > bare.lastIndexOf("/");
  const isPlain = hasTag && /^\d/.test(bare.slice(colon + 1));
  return `${hasTag ? bare.slice(0, colon) : bare}:${isPlain ? version.replace(/^v/, "") : version}`;
}
