/** The same, done when it is first asked for and never again: a module that is loaded at every call costs each of them. */
export function once<Made>(make: () => Made): () => Made {
  let made: { value: Made } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
