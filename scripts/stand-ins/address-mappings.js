// A page listens on no address of its own: no router maps one, and no domain name leads to one.
class NoMappings {
  add () {}
  remove () { return false }
  has () { return false }
  confirm () { return false }
  unconfirm () { return false }
  getAll () { return [] }
}

export { NoMappings as DNSMappings, NoMappings as IPMappings }
