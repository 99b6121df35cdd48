package programme

import "context"

func (p *Plan) assignWater(ctx context.Context, wanted []int) error { return ctx.Err() }
