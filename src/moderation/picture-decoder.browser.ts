/** Pages have their pictures decoded by the browser. */
export async function decodedGreys (): Promise<undefined> {}
