namespace RxCan.Tests.Codec;

/// <summary>A database with a message of each kind.</summary>
internal static class Car
{
    public const string Text = """
        VERSION ""
        BU_: Engine Dashboard
        BO_ 256 EngineData: 8 Engine
         SG_ EngineSpeed : 0|16@1+ (0.25,0) [0|8000] "rpm" Dashboard
         SG_ Temperature : 23|8@0- (1,-40) [-40|120] "degC" Dashboard
         SG_ Gear : 24|3@1+ (1,0) [0|5] "" Dashboard
         SG_ Torque : 32|12@1- (0.1,0) [0|0] "Nm" Dashboard
         SG_ Counter : 44|4@1+ (1,0) [0|15] "" Dashboard
        BO_ 257 Mixed: 8 Engine
         SG_ Mode M : 0|8@1+ (1,0) [0|0] "" Dashboard
         SG_ Pressure m0 : 8|16@1+ (0.1,0) [0|0] "bar" Dashboard
         SG_ Flow m1 : 8|16@1+ (0.5,0) [0|0] "l/min" Dashboard
         SG_ Sub m2M : 8|8@1+ (1,0) [0|0] "" Dashboard
         SG_ Deep m3 : 16|8@1+ (1,0) [0|0] "" Dashboard
         SG_ Status : 56|8@1+ (1,0) [0|0] "" Dashboard
        BO_ 258 Large: 24 Engine
         SG_ First : 0|64@1+ (1,0) [0|0] "" Dashboard
         SG_ Energy : 64|64@1+ (1,0) [0|0] "J" Dashboard
         SG_ Ratio : 128|32@1- (1,0) [0|0] "" Dashboard
         SG_ Text : 0|128@1+ (1,0) [0|0] "" Dashboard
        BO_ 2364540158 EEC1: 8 Engine
         SG_ Rpm : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Dashboard
        BO_ 2364539937 EEC1_Second: 8 Engine
         SG_ Rpm : 24|16@1+ (0.125,0) [0|8031.875] "rpm" Dashboard
        BO_ 2566843646 VIN: 20 Engine
         SG_ Year : 152|8@1+ (1,2000) [0|0] "" Dashboard
        BO_ 2565865470 Command: 8 Engine
         SG_ Value : 0|8@1+ (1,0) [0|0] "" Dashboard
        BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";
        BA_DEF_ SG_ "GenSigStartValue" FLOAT 0 0;
        BA_DEF_DEF_ "VFrameFormat" "StandardCAN";
        BA_ "VFrameFormat" BO_ 2364540158 3;
        BA_ "VFrameFormat" BO_ 2364539937 3;
        BA_ "VFrameFormat" BO_ 2566843646 3;
        BA_ "VFrameFormat" BO_ 2565865470 3;
        BA_ "GenSigStartValue" SG_ 256 EngineSpeed 3200;
        BA_ "GenSigStartValue" SG_ 256 Temperature 60;
        BA_ "GenSigStartValue" SG_ 257 Flow 7;
        BA_ "GenSigStartValue" SG_ 257 Pressure 9;
        BA_ "GenSigStartValue" SG_ 257 Deep 5;
        VAL_ 256 Gear 0 "Neutral" 1 "First" 2 "Second" 3 "Third" 9 "Impossible";
        SIG_VALTYPE_ 258 Ratio : 1;
        SG_MUL_VAL_ 257 Deep Sub 3-4, 8-8;
        """;

    public static CanDatabase Database { get; } = CanDatabase.Parse(Text);
}
