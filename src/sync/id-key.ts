/**
 * A 32-byte ID as a 16-character string, to be the key of a Map or Set: half the length of hex and
 * three times as fast to make, and two different IDs never share one.
 */
export function idKey (id: Uint8Array): string {
  return String.fromCharCode(
    id[0] << 8 | id[1], id[2] << 8 | id[3], id[4] << 8 | id[5], id[6] << 8 | id[7],
    id[8] << 8 | id[9], id[10] << 8 | id[11], id[12] << 8 | id[13], id[14] << 8 | id[15],
    id[16] << 8 | id[17], id[18] << 8 | id[19], id[20] << 8 | id[21], id[22] << 8 | id[23],
    id[24] << 8 | id[25], id[26] << 8 | id[27], id[28] << 8 | id[29], id[30] << 8 | id[31]
  )
}
