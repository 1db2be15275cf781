// Runs before the first paint so that a chosen theme and language do not flash in late.
// Plain ES5: it is not compiled. The keys are those of $lib/state/theme and $lib/i18n.
(function () {
	var root = document.documentElement;
	try {
		var theme = localStorage.getItem('bwenge.theme');
		if (theme === 'light' || theme === 'dark') root.setAttribute('data-theme', theme);
		var language = localStorage.getItem('bwenge.language');
		if (language) root.setAttribute('lang', language);
	} catch (unavailable) {
		// Storage can be switched off; the system theme is fine then.
		void unavailable;
	}
})();
