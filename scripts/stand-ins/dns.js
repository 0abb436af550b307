// The browser resolves the names in addresses. Others could be looked up only at a third party, which a page's policy forbids.
export const RecordType = { A: 1, CNAME: 5, TXT: 16, AAAA: 28 }

export function dns () {
  return {
    query: async () => {
      throw new Error('A page looks up no /dnsaddr names. Use an address with /dns4 or /ip4.')
    }
  }
}
