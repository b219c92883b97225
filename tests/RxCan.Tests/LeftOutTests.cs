namespace RxCan.Tests;

/// <summary>Says in the test report what this build leaves out.</summary>
public sealed class LeftOutTests
{
#if !HAS_DYNAMICDATA
    [Fact(Skip = "DynamicData is not in your package sources: RxCan.DynamicData and its tests are left out")]
    public void DynamicData()
    {
    }
#endif
}
