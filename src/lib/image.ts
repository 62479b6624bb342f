/** The name of an image with its registry, and its tag, where it has one; a digest is left out. */
function split(image: string): { readonly name: string; readonly tag: string | undefined } {
  const bare = image.replace(/@.*$/, "");
  const colon = bare.lastIndexOf(":");
  if (colon <= bare.lastIndexOf("/")) return { name: bare, tag: undefined };
  return { name: bare.slice(0, colon), tag: bare.slice(colon + 1) };
}

/** An image without its tag and digest: `registry.k8s.io/coredns/coredns`. */
export function imageRepository(image: string): string {
  return split(image).name;
}

/** What an image is called, without registry, tag and digest: `coredns`. */
export function imageName(image: string): string {
  const repository = imageRepository(image);
  return repository.slice(repository.lastIndexOf("/") + 1);
}

/** The tag of an image; undefined: it is named without one, or by its digest alone. */
export function imageTag(image: string): string | undefined {
  return split(image).tag;
}

/** The image with another tag, and without a digest. */
export function withTag(image: string, tag: string): string {
  return `${imageRepository(image)}:${tag}`;
}

/** The image with another version for its tag: written as it was, with a `v` or without. */
export function withVersion(image: string, version: string): string {
  const isPlain = /^\d/.test(imageTag(image) ?? "");
  return withTag(image, isPlain ? version.replace(/^v/, "") : version);
}

/** The long form of an image's name, in which nodes report it: `nginx` is `docker.io/library/nginx:latest`. */
export function longImageName(image: string): string {
  const slash = image.indexOf("/");
  const registry = slash < 0 ? "" : image.slice(0, slash);
  const isHost = registry.includes(".") || registry.includes(":") || registry === "localhost";
  const full = isHost ? image : slash < 0 ? `docker.io/library/${image}` : `docker.io/${image}`;
  return imageTag(full) !== undefined || full.includes("@") ? full : `${full}:latest`;
}
