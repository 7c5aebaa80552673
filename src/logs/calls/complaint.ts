/** Words for what people hear, or do not, in the text around what they paste. */
const COMPLAINT =
  /\b(?:no (?:audio|sound|voice|speech|media|rtp)|(?:audio|sound|voice)(?: only)? (?:in )?one (?:way|direction)|one[- ]?way(?: \w{1,12})? ?(?:audio|sound|voice|rtp)|(?:can'?t|cannot|can not|don'?t|not) hear|hears? nothing|silence|silent|(?:missing|without|lack of) (?:audio|sound)|kein(?:en|e)? (?:ton|audio)|h[öo]r(?:t|e|en)? (?:[a-zäöü]{1,12} ){0,3}nichts|pas de son|sin audio|sem [áa]udio)\b/i;

export function complains(line: string): boolean {
  return COMPLAINT.test(line.slice(0, 2_000));
}
