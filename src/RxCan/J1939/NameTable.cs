namespace RxCan.J1939;

/// <summary>Which NAME has which address, according to the claims heard. Source of the rules: SAE J1939-81.</summary>
internal sealed class NameTable
{
    private readonly J1939Name?[] _names = new J1939Name?[J1939Address.Max + 1];

    public J1939Name? this[byte address] => address <= J1939Address.Max ? _names[address] : null;

    /// <summary>Records a NAME's claim to an address; a claim to the null address means that it has none.</summary>
    public void OnClaim(byte address, J1939Name name)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (i != address && _names[i] == name)
                _names[i] = null;
        }

        if (address <= J1939Address.Max && (_names[address] is not { } other || name <= other))
            _names[address] = name;
    }

    public void Clear() => Array.Clear(_names);
}
