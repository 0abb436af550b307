// What announces a key again after a day: a room announces itself, under keys that last an hour.
export class Reprovider {}
