// All of them load by `require` too.
for (const name of ['core', 'layers', 'datasets', 'transfer', 'backend-cpu', 'backend-gpu']) require(`@capas/${name}`);
