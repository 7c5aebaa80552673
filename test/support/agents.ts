/** The sandbox's first agent, whose id is documented. */
export const FRONT_DESK = "11111111-1111-4111-8111-111111111111";
