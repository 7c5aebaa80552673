/** The same, done when it is first asked for and never again: a module to be loaded, a place to be given back. */
export function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
