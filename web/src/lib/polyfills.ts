/**
 * What our libraries call and the oldest promised browsers (Chrome 87, Safari 14) lack. The build
 * lowers syntax only, so each method is added by hand, and only where it is missing.
 */

function define(target: object, name: string, value: unknown): void {
	if (!(name in target)) {
		Object.defineProperty(target, name, { value, writable: true, configurable: true });
	}
}

function at<T>(this: ArrayLike<T>, index: number): T | undefined {
	const whole = Math.trunc(index) || 0;
	return this[whole < 0 ? this.length + whole : whole];
}

function findLast<T>(
	this: ArrayLike<T>,
	fits: (value: T, index: number, all: ArrayLike<T>) => unknown,
): T | undefined {
	for (let index = this.length - 1; index >= 0; index--) {
		const value = this[index] as T;
		if (fits(value, index, this)) return value;
	}
	return undefined;
}

define(Array.prototype, 'at', at);
define(String.prototype, 'at', at);
define(Array.prototype, 'findLast', findLast);
define(Object, 'hasOwn', (target: object, name: PropertyKey) =>
	Object.prototype.hasOwnProperty.call(target, name),
);
