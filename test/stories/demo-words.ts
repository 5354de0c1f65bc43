/** Things to say to the showroom, word for word as in its manifest, for stories in which any module would do. */
export const DEMO = {
  slow: "slow demo of 500 milliseconds",
  slowAnswer: "worked for about 500 ms",
  count: "count for me in the demo",
  choose: "let me choose a demo colour",
} as const;
