export const linesOf = () => [];
