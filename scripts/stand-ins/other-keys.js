// Relays, desktop nodes and pages have Ed25519 keys; who has another kind is not spoken to by a page.
function refuse () {
  const error = new Error('A page speaks to nodes with Ed25519 keys only.')
  error.name = 'UnsupportedKeyTypeError'
  throw error
}

export class ECDSAPrivateKey {}
export const privateKeyLength = -1
export const publicKeyLength = -1
export const RSAES_PKCS1_V1_5_OID = 'rsa'

export {
  refuse as decodeDer,
  refuse as generateECDSAKeyPair,
  refuse as generateRSAKeyPair,
  refuse as generateSecp256k1KeyPair,
  refuse as jwkToRSAPrivateKey,
  refuse as pkcs1MessageToRSAPrivateKey,
  refuse as pkcs1ToRSAPrivateKey,
  refuse as pkiMessageToECDSAPrivateKey,
  refuse as pkiMessageToECDSAPublicKey,
  refuse as pkixMessageToRSAPublicKey,
  refuse as pkixToRSAPublicKey,
  refuse as unmarshalECDSAPrivateKey,
  refuse as unmarshalECDSAPublicKey,
  refuse as unmarshalSecp256k1PrivateKey,
  refuse as unmarshalSecp256k1PublicKey
}
